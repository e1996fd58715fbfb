import { counted, type Forecast, type ForecastBasis, type Range } from "@breakwater/core";

/** A forecast in a line: each quantity as least to most, the likely one in brackets, and what it rests on. */
export function forecastText({ attempts, minutes, usd, tokens, basis }: Forecast): string {
  const parts = [
    usd === undefined
      ? "no cost"
      : `${dollars(usd.low)} to ${dollars(usd.high)} (likely ${dollars(usd.likely)})`,
    ...(tokens === undefined ? [] : [`${thousands(tokens.low)} to ${thousands(tokens.high)} tokens`]),
    `${Math.ceil(minutes.low)} to ${Math.ceil(minutes.high)} minutes (likely ${Math.ceil(minutes.likely)})`,
    `${count(attempts)} attempts`,
  ];
  return `${parts.join(", ")}; estimated from ${basisText(usd === undefined ? basis.minutes : basis.usd)}`;
}

function count({ low, high }: Range): string {
  const [least, most] = [Math.ceil(low), Math.ceil(high)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

function basisText(basis: ForecastBasis): string {
  return basis.kind === "priors"
    ? "rough figures, no sessions of this project"
    : counted(basis.count, "past session");
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function thousands(tokens: number): string {
  return `${Math.round(tokens / 1_000)}k`;
}
