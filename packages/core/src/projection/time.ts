/** A moment as `2026-11-22T06:38:00.000Z`; milliseconds since the epoch, years 0 to 9999. */
export function isoTime(ms: number): string {
  const days = Math.floor(ms / DAY);
  const { year, month, day } = civil(days);
  const rest = ms - days * DAY;
  const [hours, minutes, seconds] = [
    Math.floor(rest / HOUR),
    Math.floor(rest / MINUTE) % 60,
    Math.floor(rest / 1000) % 60,
  ];
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(Math.floor(rest % 1000), 3)}Z`;
}

/** A span as `m:ss`, or `h:mm:ss` from one hour on; negative spans are 0:00. */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours === 0 ? `${minutes}:${pad(seconds, 2)}` : `${hours}:${pad(minutes, 2)}:${pad(seconds, 2)}`;
}

/** A short span as seconds with one decimal, a longer one as `clock`. */
export function span(ms: number): string {
  return ms < 60_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)}s` : clock(ms);
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const pad = (value: number, length: number): string => String(value).padStart(length, "0");

/** Days since 1970-01-01 as a date of the Gregorian calendar, counted from 1 March in eras of 400 years. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const inEra = shifted - era * 146_097;
  const leaps = Math.floor(inEra / 1_460) - Math.floor(inEra / 36_524) + Math.floor(inEra / 146_096);
  const yearInEra = Math.floor((inEra - leaps) / 365);
  const inYear = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100));
  const shiftedMonth = Math.floor((5 * inYear + 2) / 153);
  const day = inYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearInEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
