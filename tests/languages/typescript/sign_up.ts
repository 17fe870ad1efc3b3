// What a test in another language does: an inbox of its own, a mail that an app sends, a wait, the link in it.
// The types come from the server's OpenAPI document; the rest is the standard fetch.
import nodemailer from "nodemailer";
import type { components, paths } from "./pillarbox.js";

type Wait = paths["/api/v1/messages/wait"]["get"];
type WaitQuery = NonNullable<Wait["parameters"]["query"]>;
type Waited = Wait["responses"][200]["content"]["application/json"];
type Unmet = Wait["responses"][409]["content"]["application/problem+json"];
type Inbox = components["schemas"]["Inbox"];

const api = `${process.argv[2]}/api/v1`;

async function newInbox(): Promise<Inbox> {
  const answer = await fetch(`${api}/inboxes`, { method: "POST" });
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await answer.json()) as Inbox;
}

function wait(query: WaitQuery): Promise<Response> {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) words.append(name, String(one));
  }
  return fetch(`${api}/messages/wait?${words}`);
}

async function found(query: WaitQuery): Promise<Waited> {
  const answer = await wait(query);
  if (answer.status === 409) throw new Error(((await answer.json()) as Unmet).detail);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Waited;
}

const inbox = await newInbox();
const app = nodemailer.createTransport({ host: inbox.smtp.host, port: inbox.smtp.port, ignoreTLS: true });
const to = `anna@${inbox.name}.inbox.test`;

const waiting = found({ inbox: inbox.name, to, subject: "confirm", timeout: 30 });
await app.sendMail({
  from: "shop@example.org",
  to,
  subject: "Please confirm your address",
  html: '<p>Welcome! <a href="https://shop.example.org/confirm/4711">Confirm</a></p>',
});
const first = await waiting;
const message = first.messages[0];
if (message === undefined) throw new Error("a wait that is met has a message");

const later: WaitQuery = { inbox: inbox.name, after: first.cursor, timeout: 0 };
const unmet = await wait(later);
const link = await wait({ inbox: inbox.name, pick: "link" });
console.log(
  JSON.stringify({
    subject: message.subject,
    recipients: message.envelope.rcpt_to.map((one) => one.address === to),
    links: message.links.map((one) => one.href),
    link: await link.text(),
    later: unmet.status,
    why: ((await unmet.json()) as Unmet).title,
  }),
);
