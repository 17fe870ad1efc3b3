// Builds messages with Nodemailer without sending them, and prints them as one JSON array of {name, raw (base64)}.
"use strict";
const nodemailer = require("nodemailer");

const base = {
  from: { name: "Jürgen, der Große", address: "juergen@example.test" },
  to: ['"Doe, Jane" <jane@example.test>', "bob@example.test"],
  date: new Date(Date.UTC(2026, 10, 23, 10, 0, 0)),
  messageId: "<fixed@example.test>",
};
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const samples = {
  plain: { subject: "Hello", text: "Hello world\n" },
  "non-ascii subject and text": { subject: "Größe ✓ と 東京", text: "Ünïcödé ✓ 東京\nsecond line\n" },
  "very long subject": { subject: "wörter ".repeat(60).trim(), text: "x" },
  "text and html": { subject: "Both", text: "plain part", html: "<p>HTML <b>part</b></p>" },
  "html with an embedded image": {
    subject: "Embedded",
    html: '<p>See <img src="cid:logo@example.test"></p>',
    attachments: [{ filename: "logo.png", content: png, cid: "logo@example.test" }],
  },
  "attachments with names of all kinds": {
    subject: "Files",
    text: "see files",
    attachments: [
      { filename: "plain.txt", content: "hello" },
      { filename: "Überraschung €.pdf", content: Buffer.from("%PDF-1.4") },
      { filename: "日本語のとても長いファイル名がここに入りますので何行にも分かれます.txt", content: "x" },
      { filename: 'quo"te and space.bin', content: Buffer.from([0, 1, 2, 255]) },
    ],
  },
  "all at once": {
    subject: "All",
    text: "text",
    html: '<img src="cid:a@x">',
    attachments: [
      { filename: "a.png", content: png, cid: "a@x" },
      { filename: "b.csv", content: "a,b\n1,2\n" },
    ],
  },
  "base64 text": { subject: "b64", text: "Ünïcödé\n", textEncoding: "base64" },
  "quoted-printable text": { subject: "qp", text: "a=b\n" + "long ".repeat(40) + "\nÜ\n", textEncoding: "quoted-printable" },
  "calendar": { subject: "cal", text: "invite", icalEvent: { method: "REQUEST", content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" } },
  "a message attached": {
    subject: "fwd",
    text: "see below",
    attachments: [{ contentType: "message/rfc822", filename: "orig.eml", content: "Subject: inner\r\n\r\nbody\r\n" }],
  },
  "lists and groups": {
    subject: "many",
    text: "x",
    cc: ["Ärzte <a@example.test>", "c@example.test"],
    replyTo: "Reply <r@example.test>",
    list: { unsubscribe: { url: "https://example.test/u?id=1", comment: "Unsubscribe" } },
  },
};

async function main() {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const out = [];
  for (const [name, sample] of Object.entries(samples)) {
    const info = await transport.sendMail({ ...base, ...sample });
    out.push({ name, raw: info.message.toString("base64") });
  }
  process.stdout.write(JSON.stringify(out));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
