/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\p{L}\p{N}_./,=:@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
