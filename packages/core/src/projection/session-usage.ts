import { forecastError, type ForecastError } from "../policy/forecast.ts";
import type { Range } from "../policy/forecast-prior.ts";
import type { AttemptState, RunState } from "../run/state.ts";

/** What a session took, as far as it was measured or reported: sums, and means of the attempts that told. */
export type UsageRecord = {
  readonly usd?: number;
  readonly usd_per_agent?: number;
  readonly tokens?: number;
  readonly tokens_per_agent?: number;
  readonly minutes_per_agent?: number;
};

/** The parts of a session record that a later forecast is made from. */
export type ForecastRecord = {
  readonly usage?: UsageRecord;
  readonly forecast?: {
    readonly estimated: true;
    readonly usd?: Range;
    readonly tokens?: Range;
    readonly minutes: Range;
  };
  /** What came, divided by what was likely. */
  readonly forecast_error?: ForecastError;
};

/** What a session took beside what was expected of it; nothing of what nobody measured. */
export function forecastRecord(state: RunState, minutes: number): ForecastRecord {
  const started = [...state.attempts.values()].filter((each) => each.started !== undefined);
  const usage = usageOf(started);
  const measured = Object.keys(usage).length === 0 ? {} : { usage };
  const forecast = state.session?.settings.forecast;
  if (forecast === undefined) return measured;
  const { estimated, usd, tokens, minutes: expected } = forecast;
  return {
    ...measured,
    forecast: {
      estimated,
      minutes: expected,
      ...(usd === undefined ? {} : { usd }),
      ...(tokens === undefined ? {} : { tokens }),
    },
    forecast_error: forecastError(forecast, { ...whole(usage, started.length), minutes }),
  };
}

/** A sum that a part of the attempts did not tell is filled up by the mean of the others. */
function whole({ usd_per_agent, tokens_per_agent }: UsageRecord, agents: number): UsageRecord {
  return {
    ...(usd_per_agent === undefined ? {} : { usd: usd_per_agent * agents }),
    ...(tokens_per_agent === undefined ? {} : { tokens: tokens_per_agent * agents }),
  };
}

function usageOf(started: readonly AttemptState[]): UsageRecord {
  const usd = started.flatMap(({ usage }) => usage?.usd ?? []);
  const tokens = started.flatMap(({ usage }) =>
    usage?.inputTokens === undefined && usage?.outputTokens === undefined
      ? []
      : [(usage.inputTokens ?? 0) + (usage.outputTokens ?? 0)],
  );
  const minutes = started.flatMap(({ started: start, exitedAt }) =>
    start === undefined || exitedAt === undefined ? [] : [(exitedAt - start.at) / 60_000],
  );
  return {
    ...(usd.length === 0 ? {} : { usd: rounded(sum(usd)), usd_per_agent: rounded(mean(usd)) }),
    ...(tokens.length === 0 ? {} : { tokens: sum(tokens), tokens_per_agent: Math.round(mean(tokens)) }),
    ...(minutes.length === 0 ? {} : { minutes_per_agent: rounded(mean(minutes)) }),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
