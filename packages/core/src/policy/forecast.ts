import type { Schedule } from "../plan/schedule.ts";
import {
  ATTEMPT_PRIORS,
  ATTEMPTS_PER_TASK,
  ENOUGH_SESSIONS,
  WITHOUT_MODEL,
  type AttemptReckoning,
  type Range,
} from "./forecast-prior.ts";

/**
 * What a past session of the project took, as far as its record tells; what nobody measured is absent.
 * Money and tokens are means of the attempts that reported them.
 */
export type PastSession = {
  readonly type: Schedule["session"];
  readonly tasks: number;
  readonly attempts: number;
  readonly usdPerAttempt?: number;
  readonly tokensPerAttempt?: number;
  readonly minutesPerAttempt?: number;
};

/** Where a figure comes from: from so many sessions of the project, or from figures that nobody measured here. */
export type ForecastBasis =
  | { readonly kind: "sessions"; readonly count: number }
  | { readonly kind: "priors" };

/**
 * What a session will take, with error bars; all of it is estimated. `perAttempt` is what one attempt is
 * reckoned with. Money and tokens of the session are absent where no agent of the plan has a model.
 */
export type Forecast = {
  readonly estimated: true;
  readonly basis: Readonly<Record<keyof AttemptReckoning | "attempts", ForecastBasis>>;
  readonly perAttempt: AttemptReckoning;
  readonly attempts: Range;
  readonly minutes: Range;
  readonly usd?: Range;
  readonly tokens?: Range;
};

/** Forecasts a session from past sessions of its type where there are enough, else from the priors. Pure. */
export function forecastOf(schedule: Schedule, past: readonly PastSession[]): Forecast {
  const alike = past.filter((each) => each.type === schedule.session);
  const priors = ATTEMPT_PRIORS[schedule.session];
  const repeats = reckon(valuesOf(alike, repeatsOf), ATTEMPTS_PER_TASK);
  const usd = reckon(
    valuesOf(alike, (each) => each.usdPerAttempt),
    priors.usd,
  );
  const tokens = reckon(
    valuesOf(alike, (each) => each.tokensPerAttempt),
    priors.tokens,
  );
  const minutes = reckon(
    valuesOf(alike, (each) => each.minutesPerAttempt),
    priors.minutes,
  );
  const paid = schedule.tasks.filter((task) => !WITHOUT_MODEL.has(task.agent)).length;
  const money = (per: Range): Range => times(times(per, repeats.range), scaled(paid));
  return {
    estimated: true,
    basis: { attempts: repeats.basis, usd: usd.basis, tokens: tokens.basis, minutes: minutes.basis },
    perAttempt: { usd: usd.range, tokens: tokens.range, minutes: minutes.range },
    attempts: times(repeats.range, scaled(schedule.tasks.length)),
    minutes: times(times(minutes.range, repeats.range), scaled(roundsOf(schedule))),
    ...(paid === 0 ? {} : { usd: money(usd.range), tokens: money(tokens.range) }),
  };
}

/** How far a forecast was off: what came, divided by what was likely. Absent where either was not measured. */
export type ForecastError = { readonly usd?: number; readonly tokens?: number; readonly minutes?: number };

/** Compares a forecast with what was measured. */
export function forecastError(
  forecast: Forecast,
  measured: { readonly usd?: number; readonly tokens?: number; readonly minutes?: number },
): ForecastError {
  const [usd, tokens, minutes] = [
    off(measured.usd, forecast.usd),
    off(measured.tokens, forecast.tokens),
    off(measured.minutes, forecast.minutes),
  ];
  return {
    ...(usd === undefined ? {} : { usd }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(minutes === undefined ? {} : { minutes }),
  };
}

function off(measured: number | undefined, range: Range | undefined): number | undefined {
  if (measured === undefined || range === undefined || range.likely <= 0) return undefined;
  return Math.round((measured / range.likely) * 1_000) / 1_000;
}

type Reckoned = { readonly range: Range; readonly basis: ForecastBasis };

/** Least, middle and most of what was measured; fewer sessions than enough prove nothing. */
function reckon(values: readonly number[], prior: Range): Reckoned {
  if (values.length < ENOUGH_SESSIONS) return { range: prior, basis: { kind: "priors" } };
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? prior.likely;
  const range = { low: sorted[0] ?? prior.low, likely: middle, high: sorted.at(-1) ?? prior.high };
  return { range, basis: { kind: "sessions", count: values.length } };
}

function valuesOf(
  past: readonly PastSession[],
  pick: (session: PastSession) => number | undefined,
): readonly number[] {
  return past.flatMap((each) => {
    const value = pick(each);
    return value === undefined || !Number.isFinite(value) || value < 0 ? [] : [value];
  });
}

function repeatsOf({ tasks, attempts }: PastSession): number | undefined {
  return tasks > 0 ? attempts / tasks : undefined;
}

/** How many attempts follow one another where every wave uses all the agents that it may. */
function roundsOf({ waves, agentsPerWave, maxParallel }: Schedule): number {
  const atOnce = Math.max(1, Math.min(agentsPerWave, maxParallel));
  return waves.reduce((sum, wave) => sum + Math.ceil(wave.tasks.length / atOnce), 0);
}

const scaled = (factor: number): Range => ({ low: factor, likely: factor, high: factor });

function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, likely: a.likely * b.likely, high: a.high * b.high };
}
