import { join } from "node:path";
import { forecastOf, type Forecast, type Schedule } from "@breakwater/core";
import { readPastSessions, type Repository } from "@breakwater/node";

/** The forecast of a schedule from the sessions that were recorded in this project. */
export async function sessionForecast(
  schedule: Schedule,
  repository: Pick<Repository, "controlDir"> | undefined,
): Promise<Forecast> {
  const past =
    repository === undefined
      ? []
      : await readPastSessions(join(repository.controlDir, "metrics", "sessions.jsonl"));
  return forecastOf(schedule, past);
}
