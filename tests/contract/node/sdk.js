// Calls one action with the vendor's Node SDK: node sdk.js < {"endpoint", "id", "key", "algorithm",
// "method", "service", "version", "action", "params"}; `skew` sets the clock off by seconds, `tamper`
// changes one byte after signing; prints {"response"} or {"error": {code, message, requestId}}.
const { CommonClient } = require("tencentcloud-sdk-nodejs-common");
const ask = JSON.parse(require("fs").readFileSync(0, "utf8"));
if (ask.skew) {
  const RealDate = Date;
  global.Date = class extends RealDate {
    constructor(...given) {
      given.length ? super(...given) : super(RealDate.now() + ask.skew * 1000);
    }
    static now() {
      return RealDate.now() + ask.skew * 1000;
    }
  };
}
if (ask.tamper) {
  const http = require("http");
  const send = http.request;
  const change = (text) => {
    const changed = text.replace(/(\/|%2F)9j/, "$19k"); // in the first bytes of a JPEG
    if (changed === text) throw new Error("nothing was changed");
    return changed;
  };
  http.request = (options, ...given) => {
    if (ask.method === "GET") options.path = change(options.path);
    const request = send(options, ...given);
    const write = request.write;
    request.write = (body, ...more) => write.call(request, change(body.toString("latin1")), ...more);
    return request;
  };
}
const client = new CommonClient(ask.endpoint, ask.version, {
  credential: { secretId: ask.id, secretKey: ask.key },
  region: "ap-singapore",
  profile: {
    signMethod: ask.algorithm,
    httpProfile: { protocol: "http://", endpoint: ask.endpoint, reqMethod: ask.method, reqTimeout: 60 },
  },
});
client.request(ask.action, ask.params).then(
  (response) => process.stdout.write(JSON.stringify({ response })),
  (error) =>
    process.stdout.write(
      JSON.stringify({ error: { code: error.code, message: error.message, requestId: error.requestId } }),
    ),
);
