/** Bodies one after the other, each behind its length in four bytes. */
export function* frameBodies(bodies: readonly Buffer[]): Generator<Buffer> {
  for (const body of bodies) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    yield Buffer.concat([length, body]);
  }
}

export function splitFrames(file: Buffer): Buffer[] {
  const bodies: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const end = at + 4 + file.readUInt32LE(at);
    bodies.push(file.subarray(at + 4, end));
    at = end;
  }
  return bodies;
}
