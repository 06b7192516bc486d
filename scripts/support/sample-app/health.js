'use strict';
const { get } = require('node:http');

const url = `http://127.0.0.1:${process.env.PORT || 8080}/healthz`;
get(url, (response) => process.exit(response.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
