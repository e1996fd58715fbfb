import { freemem, totalmem } from "node:os";
import { readFileSync } from "node:fs";

/** What one agent's client and its tools are reckoned with; bytes. */
const BYTES_PER_AGENT = 1024 ** 3;

/** How many agents the free memory of this machine allows; at least one. */
export function memorySlots(): number {
  return Math.max(1, Math.floor(availableMemory() / BYTES_PER_AGENT));
}

/** What programs can have without swapping; `freemem` counts caches as used. */
function availableMemory(): number {
  try {
    const line = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"));
    return line?.[1] === undefined ? freemem() : Math.min(Number(line[1]) * 1024, totalmem());
  } catch {
    return freemem();
  }
}
