type Name = "stdout" | "stderr";

/** Sends what is printed in this process to `send` instead of its standard streams, until released. */
export function captureStreams(send: (name: Name, text: string) => void): { release(): void } {
  const releases = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write;
    const decoder = new TextDecoder();
    const replaced = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      send(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
      const done = rest.find((argument) => typeof argument === "function") as (() => void) | undefined;
      if (done) process.nextTick(done);
      return true;
    };
    stream.write = replaced as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  return {
    release() {
      for (const release of releases) release();
    },
  };
}
