#!/usr/bin/env node
// oxlint-disable-next-line import/no-unassigned-import -- importing it runs the command
import '../dist/main.js'
