import { read } from "../config/read.js";

/** Answers one request; `request` is `{ path, key }`. */
export function handle(request, config = read({})) {
  if (request.path !== "/hello") return { status: 404, headers: {}, body: "not found" };
  return { status: 200, headers: {}, body: config.greeting };
}
