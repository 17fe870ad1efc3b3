// Sends one mail with Nodemailer after it has authenticated; prints the reply, or the error's code and the server's line.
// Arguments: host, port, mechanism, user, secret.
import { createRequire } from "node:module";

const [host, port, mechanism, user, secret] = process.argv.slice(2);
// The package is installed in a build folder, not next to this file.
const nodemailer = createRequire(process.cwd() + "/package.json")("nodemailer");
const auth =
  mechanism === "XOAUTH2" ? { type: "OAuth2", user, accessToken: secret } : { user, pass: secret };
const transport = nodemailer.createTransport({
  host,
  port: Number(port),
  auth,
  authMethod: mechanism,
});
try {
  const info = await transport.sendMail({ from: "anna@example.test", to: "bob@example.test", text: "x" });
  console.log(info.response);
} catch (error) {
  console.log(error.code, error.response);
}
transport.close();
