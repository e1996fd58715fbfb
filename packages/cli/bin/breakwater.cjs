#!/usr/bin/env node
"use strict";
const program = () => require("../dist/main.cjs");
const [, , command, ...words] = process.argv;
if (command === "status") require("../dist/status.cjs").answerStatus(words, program);
else program();
