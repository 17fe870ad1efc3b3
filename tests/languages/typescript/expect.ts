// Expectations in another language: what compiles is what the server takes, and a result says by `passed` what it has.
import nodemailer from "nodemailer";
import type { components, paths } from "./pillarbox.js";

type Expect = paths["/api/v1/expectations"]["post"];
type Body = Expect["requestBody"]["content"]["application/json"];
type Met = Expect["responses"][200]["content"]["application/json"];
type Unmet = Expect["responses"][409]["content"]["application/problem+json"];
type Matcher = components["schemas"]["Matcher"];

const [api, host, port] = [`${process.argv[2]}/api/v1`, process.argv[3], Number(process.argv[4])];

async function expect(body: Body): Promise<Met | Unmet> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${api}/expectations`, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.status !== 200 && answer.status !== 409) throw new Error(await answer.text());
  return (await answer.json()) as Met | Unmet;
}

function lines(answer: Met | Unmet): string[] {
  if (answer.passed) return answer.results.map((one) => `${one.name}: ${one.messages.length}`);
  return answer.results.map((one) => (one.passed ? one.name : `${one.name}: ${one.wanted}, not ${one.actual}`));
}

const subjects: Matcher[] = ["Your code", { equals: "Your code" }, { contains: "code" }, { regex: "^Your" }, { absent: false }];
const match = { to: "typed@example.org" };
const waiting = expect({
  within: 30,
  expectations: [
    ...subjects.map((subject) => ({ name: "subject", match, assert: { subject } })),
    {
      name: "everything",
      match: { ...match, header: "Subject:code" },
      min: 1,
      assert: {
        codes: { regex: "^[0-9]{6}$" },
        headers: { "X-Spam": { absent: true } },
        html: [{ css: "a", text: "Confirm", attr: { href: { contains: "/confirm/" } }, count: 1 }],
        attachments: [{ filename: "a.txt", size: 5 }],
        transcript: [{ verb: "DATA", code: 250 }],
        lint: { absent: ["missing-date"] },
      },
    },
  ],
});
const app = nodemailer.createTransport({ host, port, ignoreTLS: true });
await app.sendMail({
  from: "shop@example.org",
  to: "typed@example.org",
  subject: "Your code",
  html: '<p>Your code is 482913. <a href="https://shop.example.org/confirm/4711">Confirm</a></p>',
  attachments: [{ filename: "a.txt", content: "hello" }],
});
const met = await waiting;
const unmet = await expect({
  within: 0,
  after: met.cursor,
  expectations: [
    { name: "none since", never: true },
    { name: "another", match },
  ],
});
console.log(JSON.stringify({ met: lines(met), unmet: lines(unmet) }));
