/** Wycheproof JSON (C2SP/wycheproof, `aead_test_schema_v1` and `mac_with_iv_test_schema_v1`). */
import { z } from 'zod';
import { octetsOfHex } from './records.ts';
import { type AeadVector, UnknownVectorFormat, type VectorAlgorithm, type VectorFile, VectorFileDamaged } from './vector.ts';

const ALGORITHMS: Readonly<Record<string, VectorAlgorithm>> = {
  'AES-GCM': 'AES-GCM',
  'AES-GMAC': 'AES-GMAC',
  'ASCON-AEAD128': 'Ascon-AEAD128',
};

const octets = z.string().transform((hex, context) => {
  const found = octetsOfHex(hex);
  if (found !== undefined) return found;
  context.addIssue({ code: 'custom', message: 'expected whole octets in hexadecimal' });
  return z.NEVER;
});
const shared = { tcId: z.int(), key: octets, iv: octets, msg: octets, tag: octets, result: z.enum(['valid', 'invalid', 'acceptable']) };
const aeadTest = z.object({ ...shared, aad: octets, ct: octets });
const macTest = z.object(shared);
const about = z.object({ algorithm: z.string(), testGroups: z.array(z.unknown()) });

function fileOf<T extends z.ZodType>(test: T) {
  return z.object({ numberOfTests: z.int(), testGroups: z.array(z.object({ tests: z.array(test) })) });
}

/** @throws UnknownVectorFormat, VectorFileDamaged */
export function parseWycheproof(file: string, text: string): VectorFile {
  const json = jsonOf(file, text);
  const known = about.safeParse(json);
  if (!known.success) throw new UnknownVectorFormat(file, 'JSON without algorithm and testGroups');
  const algorithm = ALGORITHMS[known.data.algorithm];
  if (algorithm === undefined) throw new UnknownVectorFormat(file, `Wycheproof vectors of ${known.data.algorithm}`);
  const vectors = algorithm === 'AES-GMAC' ? testsOf(file, json, macTest).map(macVector) : testsOf(file, json, aeadTest).map(aeadVector);
  return { file, algorithm, vectors };
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new VectorFileDamaged(file, 'JSON that can not be read to its end; it may be cut off');
  }
}

function testsOf<T extends z.ZodType>(file: string, json: unknown, test: T): z.infer<T>[] {
  const parsed = fileOf(test).safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new VectorFileDamaged(file, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const tests = parsed.data.testGroups.flatMap((group) => group.tests);
  if (tests.length !== parsed.data.numberOfTests)
    throw new VectorFileDamaged(file, `${tests.length} tests, expected ${parsed.data.numberOfTests} as numberOfTests says`);
  return tests;
}

function aeadVector({ tcId, key, iv, aad, msg, ct, tag, result }: z.infer<typeof aeadTest>): AeadVector {
  return { where: `tcId ${tcId}`, key, nonce: iv, aad, text: msg, enciphered: ct, icv: tag, result };
}

function macVector({ tcId, key, iv, msg, tag, result }: z.infer<typeof macTest>): AeadVector {
  const nothing = new Uint8Array(0);
  return { where: `tcId ${tcId}`, key, nonce: iv, aad: msg, text: nothing, enciphered: nothing, icv: tag, result };
}
