// Drives one of the vendor's npm clients, unmodified: node drive.js common|intl < jobs > outcomes.
//
// stdin: {"jobs": [...], "skew": seconds the clock is off, "tamper": true to change a byte of each
// request after it was signed}. A job: endpoint, id, key, algorithm, method, version, action, params;
// and, where wanted: token, region, language, headers, files (name: base64, sent as Buffers),
// multipart, body (base64, sent as an octet-stream), typed (intl: its generated client and models).
// stdout: the outcomes, in the order of the jobs: `response`, or `error` with code, message, requestId,
// traceId and httpCode; `sent`, the parameters that the client made of those it was given; `wire`, the
// path and the headers that went out. `absent` when a typed client has no such action.
const http = require("http");
const path = require("path");
const kind = process.argv[2];
const load = (name) => require(require.resolve(name, { paths: [path.join(__dirname, kind)] }));
const { jobs, skew, tamper } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const AT_ONCE = 8;

if (skew) {
  const RealDate = Date;
  global.Date = class extends RealDate {
    constructor(...given) {
      given.length ? super(...given) : super(RealDate.now() + skew * 1000);
    }
    static now() {
      return RealDate.now() + skew * 1000;
    }
  };
}

function change(text) {
  const changed = text.replace(/(\/|%2F)9j/, "$19k"); // in the first bytes of a JPEG
  if (changed === text) throw new Error("nothing was changed");
  return changed;
}

const gone = {}; // what went out, by the trace id that every request has of its own
const send = http.request;
http.request = (options, ...given) => {
  if (tamper && options.method === "GET") options.path = change(options.path);
  const request = send(options, ...given);
  gone[request.getHeader("x-tc-traceid")] = { path: request.path, headers: request.getHeaders() };
  if (tamper) {
    const write = request.write;
    request.write = (body, ...more) => write.call(request, change(body.toString("latin1")), ...more);
  }
  return request;
};

const plain = (value) => JSON.parse(JSON.stringify(value));
const bytes = (text) => Buffer.from(text, "base64");
const merged = ({ params, files = {} }) => ({
  ...params,
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytes(text)])),
});
const settled = (start) =>
  new Promise((resolve, reject) => start((error, data) => (error ? reject(error) : resolve(data))));

const clients = {
  common(job) {
    const { CommonClient } = load("tencentcloud-sdk-nodejs-common");
    const { endpoint, method, headers } = job;
    const client = new CommonClient(endpoint, job.version, {
      credential: { secretId: job.id, secretKey: job.key, token: job.token },
      region: job.region,
      profile: {
        signMethod: job.algorithm,
        language: job.language,
        httpProfile: { protocol: "http://", endpoint, reqMethod: method, headers },
      },
    });
    return job.body
      ? { response: client.requestOctetStream(job.action, bytes(job.body)) }
      : { sent: job.params, response: client.request(job.action, merged(job), { multipart: job.multipart }) };
  },

  intl(job) {
    const sdk = "tencentcloud-sdk-nodejs-intl-en/tencentcloud/";
    const common = load(sdk + "common");
    const credential = new common.Credential(job.id, job.key, job.token);
    const profile = new common.ClientProfile(
      job.algorithm,
      new common.HttpProfile("http://", job.endpoint, job.method, 60, job.headers),
    );
    if (job.typed) {
      const [product, version] = job.typed;
      const { Client, Models } = load(sdk + product)[version];
      const client = new Client(credential, job.region, profile);
      if (!client[job.action]) return { absent: true };
      const request = new Models[job.action + "Request"]();
      request.from_json_string(JSON.stringify(job.params));
      return { sent: plain(request), response: settled((done) => client[job.action](request, done)) };
    }
    const client = new common.CommonClient(job.endpoint, job.version, credential, job.region, profile);
    const { action, multipart } = job;
    return job.body
      ? { response: settled((done) => client.requestOctetStream(action, bytes(job.body), {}, done)) }
      : { sent: job.params, response: settled((done) => client.request(action, merged(job), { multipart }, done)) };
  },
};

async function run(job) {
  const { randomUUID } = require("crypto");
  const trace = randomUUID();
  const { response, ...about } = clients[kind]({ ...job, headers: { ...job.headers, "X-TC-TraceId": trace } });
  if (about.absent) return about;
  try {
    return { ...about, response: plain(await response), wire: gone[trace] };
  } catch (error) {
    const { code, message, requestId, traceId, httpCode } = error;
    return { ...about, error: { code, message, requestId, traceId, httpCode }, wire: gone[trace] };
  }
}

async function main() {
  const outcomes = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < jobs.length; i = next++) outcomes[i] = await run(jobs[i]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.stdout.write(JSON.stringify(outcomes));
}

main();
