/** Files of vectors, their format told by what is in them. */
import { readFile } from 'node:fs/promises';
import { isCavp, parseCavp } from './cavp.ts';
import { isLwcKat, parseLwcKat } from './lwc-kat.ts';
import { UnknownVectorFormat, type VectorFile, VectorFileDamaged, VectorFileMissing } from './vector.ts';
import { parseWycheproof } from './wycheproof.ts';

/** @throws VectorFileMissing, UnknownVectorFormat, VectorFileDamaged */
export async function readVectors(file: string): Promise<VectorFile> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new VectorFileMissing(file) : error;
  });
  return parseVectors(file, text);
}

/** @throws UnknownVectorFormat, VectorFileDamaged */
export function parseVectors(file: string, text: string): VectorFile {
  const parsed = parserOf(file, text)(file, text);
  if (parsed.vectors.length === 0) throw new VectorFileDamaged(file, 'no vector in it, expected at least one');
  return parsed;
}

function parserOf(file: string, text: string): (file: string, text: string) => VectorFile {
  if (text.trimStart().startsWith('{')) return parseWycheproof;
  if (isCavp(text)) return parseCavp;
  if (isLwcKat(text)) return parseLwcKat;
  throw new UnknownVectorFormat(file, text.trim() === '' ? 'an empty file' : 'a text of another format');
}
