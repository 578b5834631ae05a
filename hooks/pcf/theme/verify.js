// Checks a report's seal and signed statement over the published files, in the reader's browser. Loaded when asked for.

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text) => new TextEncoder().encode(text);
const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);

// RFC 8785; JSON.stringify writes texts and numbers as it asks, and sort() orders by UTF-16 as it asks.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
}

// Base58 with a leading z. Keys and signatures begin with no zero byte that would need its own digit.
function bytesOf(text) {
  let number = 0n;
  for (const character of text.slice(1)) {
    const digit = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".indexOf(character);
    if (text[0] !== "z" || digit < 0) throw new SyntaxError(text);
    number = number * 58n + BigInt(digit);
  }
  const digits = number.toString(16);
  return Uint8Array.from((digits.length % 2 ? "0" + digits : digits).match(/../g), (pair) => parseInt(pair, 16));
}

async function holds(credential, key) {
  const { proof, ...document } = credential;
  const { proofValue, ...options } = proof;
  const whole = new Uint8Array(64);
  whole.set(new Uint8Array(await sha256(utf8(canonical(options)))));
  whole.set(new Uint8Array(await sha256(utf8(canonical(document)))), 32);
  const raw = bytesOf(key);
  const signature = bytesOf(proofValue);
  if (raw.length !== 34 || signature.length > 64) return false;
  const padded = new Uint8Array(64);
  padded.set(signature, 64 - signature.length);
  const made = await crypto.subtle.importKey("raw", raw.slice(2), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", made, padded, whole);
}

// What the statement must say, from the other published files.
function subjectOf(folder, footprint, seal, sealed) {
  const { product, report, declared, stages } = footprint;
  const named = JSON.parse(sealed).product.id; // that of the day it was sealed, if the product had it
  const values = stages.filter((stage) => stage.declared).map((stage) => [stage.id, stage.declared]);
  return {
    product: product.former_ids.includes(named) ? named : product.id, report: folder, number: report.number, issued: report.issued,
    body: report.body, kind: report.kind, valid_until: report.valid_until, seal,
    declared: { total: declared.total, stages: Object.fromEntries(values) },
  };
}

// The same answers, in the same order, as the build and pcf verify give (credential.py).
async function judge(credential, folder, footprint, seal, bodies, sealed) {
  let subject, proof, key, signed;
  try {
    ({ credentialSubject: subject, proof } = credential);
    key = proof.verificationMethod.split("#").pop();
    signed = proof.created.slice(0, 10);
    if (bytesOf(key).length !== 34 || !subject.seal) throw new SyntaxError(key);
  } catch {
    return "statement-not-readable";
  }
  const expected = subjectOf(folder, footprint, seal, sealed);
  if (["product", "report", "number", "body"].some((name) => subject[name] !== expected[name])) {
    return "statement-for-another-product";
  }
  const listed = (bodies[expected.body] || []).find((own) => own.public_key === key);
  if (!listed) return Object.values(bodies).flat().some((own) => own.public_key === key) ? "key-of-another-body" : "key-unknown";
  if (listed.withdrawn) return "key-withdrawn";
  if (signed < listed.valid_from || (listed.valid_to && signed > listed.valid_to)) return "key-not-valid-then";
  const until = (credential.validUntil || "not-stated").slice(0, 10);
  const agrees = canonical(subject) === canonical(expected) && until === expected.valid_until;
  if (!(await holds(credential, key))) return agrees ? "signature-does-not-hold" : "statement-edited";
  return agrees ? "signed" : "statement-differs";
}

// Says what it finds, one after the other: say(code, whether it is good or null for neither, detail).
export async function verify(data, say) {
  if (!window.crypto || !crypto.subtle) return say("insecure", null); // says nothing of the seal
  const got = async (address) => {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    return answer;
  };
  try {
    const sealed = await (await got(data.sealed)).arrayBuffer();
    const seal = "sha-256:" + hex(await sha256(sealed));
    say(seal === data.seal ? "seal-holds" : "seal-differs", seal === data.seal, seal);
    if (!data.credential) return say("unsigned", null);
    const [credential, footprint, keys] = await Promise.all(
      [data.credential, data.footprint, data.keys].map(async (address) => (await got(address)).json()));
    const found = await judge(credential, data.folder, footprint, seal, keys.bodies, new TextDecoder().decode(sealed));
    say(found, found === "signed", credential.proof && String(credential.proof.verificationMethod).split("#").pop());
    const until = footprint.report.valid_until;
    if (/^\d/.test(until) && until < new Date().toLocaleDateString("sv")) say("expired", false, until);
  } catch (error) {
    say(error.name === "NotSupportedError" ? "unsupported" : "unreachable", null, error.message);
  }
}
