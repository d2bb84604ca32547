-- For wrk: sends the requests of the Lua table in the file named behind `--`, in turn, and reports in JSON.
-- A request that holds twelve N gets in their place a number that no other request carries.
local raw, holes, at, number = {}, {}, 0, 0
local HOLE = "NNNNNNNNNNNN"

function init(arguments)
  local plan = dofile(arguments[1])
  number = plan.start
  for index, shot in ipairs(plan.shots) do
    local headers = {}
    for name, value in pairs(plan.headers) do headers[name] = value end
    raw[index] = wrk.format(shot[1], shot[2], headers, shot[3])
    holes[index] = string.find(raw[index], HOLE, 1, true)
  end
end

function request()
  at = at % #raw + 1
  local hole = holes[at]
  if not hole then return raw[at] end
  number = number + 1
  return raw[at]:sub(1, hole - 1) .. string.format("%012d", number) .. raw[at]:sub(hole + 12)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p90": %d, "p99": %d, "max": %d, ' ..
    '"refused": %d, "broken": %d, "late": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency.max, errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
