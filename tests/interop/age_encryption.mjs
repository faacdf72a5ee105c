// Drives npm's age-encryption for test_crypto_age_interop.py: one JSON request on stdin, base64 or text on stdout.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const entry = join(process.argv[2], "node_modules", "age-encryption", "dist", "index.js");
const age = await import(pathToFileURL(entry));
const asked = JSON.parse(readFileSync(0, "utf8"));
const data = Buffer.from(asked.data ?? "", "base64");

if (asked.deed === "generate") {
  const identity = await age.generateHybridIdentity();
  console.log(JSON.stringify({ identity, recipient: await age.identityToRecipient(identity) }));
} else if (asked.deed === "recipient") {
  console.log(await age.identityToRecipient(asked.key));
} else if (asked.deed === "encrypt") {
  const encrypter = new age.Encrypter();
  asked.keys.forEach((key) => encrypter.addRecipient(key));
  console.log(Buffer.from(await encrypter.encrypt(data)).toString("base64"));
} else if (asked.deed === "decrypt") {
  const decrypter = new age.Decrypter();
  asked.keys.forEach((key) => decrypter.addIdentity(key));
  console.log(Buffer.from(await decrypter.decrypt(data)).toString("base64"));
}
