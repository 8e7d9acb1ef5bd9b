-- wrk: posts the body in BENCH_BODY with the headers in BENCH_HEADERS ("Name: value" lines).
wrk.method = "POST"
wrk.body = os.getenv("BENCH_BODY")
for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): ([^\n]+)") do
  wrk.headers[name] = value
end
