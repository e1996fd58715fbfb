// Stands in the bundle for what the MCP library brings for Node: its other validator of JSON schemas, which is
// a seventh of the size and makes no code at run time.
export { default as process } from "node:process";
export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from "@modelcontextprotocol/server/validators/cf-worker";
