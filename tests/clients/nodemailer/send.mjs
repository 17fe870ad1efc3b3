// Sends one mail with Nodemailer and writes the octets that it built to a file.
// What it built before it makes the line ends CRLF, so the texts below have them already.
// Arguments: host, port, file, "1" to send more than one message over a pooled connection; then, for TLS, "secure" or
// "starttls" and the file of the certificate to trust.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";

const [host, port, file, pool, tls, trusted] = process.argv.slice(2);
// The package is installed in a build folder, not next to this file.
const nodemailer = createRequire(process.cwd() + "/package.json")("nodemailer");
const security = tls && {
  secure: tls === "secure",
  requireTLS: tls === "starttls",
  tls: { servername: "localhost", ca: readFileSync(trusted) },
};
const transport = nodemailer.createTransport({
  host,
  port: Number(port),
  pool: pool === "1",
  maxConnections: 1,
  ...security,
});

let built = 0;
transport.use("stream", (mail, done) => {
  const blocks = [];
  const name = `${file}.${built++}`;
  mail.message.transform(() => {
    const tee = new PassThrough();
    tee.on("data", (block) => blocks.push(block));
    tee.on("end", () => writeFileSync(name, Buffer.concat(blocks)));
    return tee;
  });
  done();
});

const mail = (number) => ({
  from: "Анна <anna@example.test>",
  to: ["Böb <bob@example.test>", "carol@example.test"],
  bcc: "hidden@example.test",
  subject: `Grüße ${number}`,
  text: "First line\r\n.a line with a dot\r\n..two\r\n.\r\nlast line",
  html: "<p>Grüße <img src='cid:logo'></p>",
  attachments: [
    { filename: "logo.png", content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]), cid: "logo" },
    { filename: "naïve.txt", content: "x".repeat(5000) },
  ],
});

for (let number = 0; number < (pool === "1" ? 3 : 1); number++) {
  const info = await transport.sendMail(mail(number));
  console.log(info.response);
}
transport.close();
