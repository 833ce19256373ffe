// The mail server of the mail tests: nodemailer's smtp-server, which we have not written. Its settings come as one argument
// (`{"cert", "key", "user", "password", "busy"}`); it takes letters by STARTTLS from who signs in, answers 451 to the first
// `busy` tries for an address and 550 to `gone@…`, and prints its port and then every letter it took, one JSON a line.

import { SMTPServer } from "smtp-server";

const { cert, key, user, password, busy, port } = JSON.parse(process.argv[2]);
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const refuse = (code, text) => Object.assign(new Error(text), { responseCode: code });
let left = busy;

const server = new SMTPServer({
  cert,
  key,
  disableReverseLookup: true,
  onAuth: (given, _session, done) =>
    given.username === user && given.password === password
      ? done(null, { user })
      : done(refuse(535, "who are you")),
  onRcptTo: ({ address }, _session, done) => {
    if (address.startsWith("gone@")) return done(refuse(550, "no such user"));
    if (left > 0) {
      left -= 1;
      return done(refuse(451, "not now"));
    }
    return done();
  },
  onData: (stream, session, done) => {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const to = rcptTo.map(({ address }) => address);
      print({ from: mailFrom.address, to, secure: session.secure, text: Buffer.concat(parts).toString("utf8") });
      done();
    });
  },
});
server.on("error", () => {}); // a client that hangs up is no reason to end
server.listen(port, "127.0.0.1", () => print({ port: server.server.address().port }));
process.stdin.on("end", () => process.exit()).resume(); // ends with the test, however that ends
