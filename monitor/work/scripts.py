"""What is done in Redis at once, each a script in its language, Lua; nothing comes between.

A lease is an entry of the stream KEYS[1] and, once a worker has it, pending for that worker in the
stream's one group. Beside it stand a hash (its entry, how often it was taken, who ended it) and the
marks that were handed in. Only who holds it may hand in or ask for longer: XCLAIM alone would take
it from whoever holds it.
"""

from __future__ import annotations

GROUP = "workers"
_HELD = f"""
local function held(worker, entry)
  return #redis.call('XPENDING', KEYS[1], '{GROUP}', entry, entry, 1, worker) > 0
end
"""

# KEYS: leases, the lease's hash. ARGV: token, what the worker is told.
GIVE = """
local entry = redis.call('XADD', KEYS[1], '*', 'token', ARGV[1], 'told', ARGV[2])
redis.call('HSET', KEYS[2], 'entry', entry)
return entry
"""

# Workers that are gone for good and hold nothing. KEYS: leases. ARGV: milliseconds of silence.
TIDY = f"""
for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], '{GROUP}')) do
  local one = {{}}
  for at = 1, #fields, 2 do one[fields[at]] = fields[at + 1] end
  if one.pending == 0 and one.idle > tonumber(ARGV[1]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], '{GROUP}', one.name)
  end
end
"""

# A lease whose worker gives no sign of life passes on. One that was handed in whole waits for the
# desk's machine and is kept apart meanwhile. KEYS: leases. ARGV: worker, milliseconds without a
# sign, what the names of the hashes begin with. Returns entry and fields, or nothing.
PASS_ON = f"""
local from = '0-0'
repeat
  local passed = redis.call('XAUTOCLAIM', KEYS[1], '{GROUP}', ARGV[1], ARGV[2], from, 'COUNT', 1)
  from = passed[1]
  local lease = passed[2][1]
  if lease then
    if redis.call('HEXISTS', ARGV[3] .. lease[2][2], 'ended') == 0 then return lease end
    redis.call('XCLAIM', KEYS[1], '{GROUP}', 'handed in', 0, lease[1], 'JUSTID')
  end
until from == '0-0'
return false
"""

# KEYS: leases, the lease's hash, its marks. ARGV: entry. Returns how often it was taken and its
# marks; nothing where it was closed, and then it is gone.
ACCEPT = f"""
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('XACK', KEYS[1], '{GROUP}', ARGV[1])
  redis.call('XDEL', KEYS[1], ARGV[1])
  return false
end
return {{redis.call('HINCRBY', KEYS[2], 'tries', 1), redis.call('HGETALL', KEYS[3])}}
"""

# A sign of life. KEYS: leases. ARGV: worker, entry. Returns whether it holds the lease.
BEAT = (
    _HELD
    + f"""
if not held(ARGV[1], ARGV[2]) then return 0 end
redis.call('XCLAIM', KEYS[1], '{GROUP}', ARGV[1], 0, ARGV[2], 'JUSTID')
return 1
"""
)

# KEYS: leases, the lease's hash, its marks, results. ARGV: worker, entry, token, taker, number of
# the part, 1 where it is the last, the part, then names and values of marks.
# Returns 1, or 0 where the lease is somebody else's by now.
HAND_IN = (
    _HELD
    + f"""
if redis.call('HGET', KEYS[2], 'ended') == ARGV[4] then return 1 end
if not held(ARGV[1], ARGV[2]) or redis.call('HEXISTS', KEYS[2], 'ended') == 1 then return 0 end
redis.call('XADD', KEYS[4], '*', 'token', ARGV[3], 'taker', ARGV[4], 'number', ARGV[5],
           'part', ARGV[7])
for at = 8, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[at], ARGV[at + 1]) end
if ARGV[6] == '1' then redis.call('HSET', KEYS[2], 'ended', ARGV[4]) end
redis.call('XCLAIM', KEYS[1], '{GROUP}', ARGV[1], 0, ARGV[2], 'JUSTID')
return 1
"""
)

# A worker that stops: the lease is old enough to pass on at once, and this was no try of it.
# KEYS: leases, the lease's hash. ARGV: worker, entry, milliseconds.
GIVE_BACK = (
    _HELD
    + f"""
if not held(ARGV[1], ARGV[2]) then return 0 end
redis.call('XCLAIM', KEYS[1], '{GROUP}', ARGV[1], 0, ARGV[2], 'IDLE', ARGV[3], 'JUSTID')
redis.call('HINCRBY', KEYS[2], 'tries', -1)
return 1
"""
)

# The desk's machine has all of it, or wants no more. KEYS: leases, the lease's hash, its marks.
CLOSE = f"""
local entry = redis.call('HGET', KEYS[2], 'entry')
if entry then
  redis.call('XACK', KEYS[1], '{GROUP}', entry)
  redis.call('XDEL', KEYS[1], entry)
end
redis.call('DEL', KEYS[2], KEYS[3])
"""

# The next slot of a host, for whoever asks first. KEYS: slot, the day's counts, pauses.
# ARGV: host, requests a day, milliseconds between two, seconds to keep the counts.
# Returns what is in the way, "" where a slot was taken, and for how many milliseconds.
SLOT = """
local pause = 0
for at = 3, #KEYS do pause = math.max(pause, redis.call('PTTL', KEYS[at])) end
if pause > 0 then return {'pause', pause} end
if tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or 0) >= tonumber(ARGV[2]) then
  return {'budget', 0}
end
local taken = redis.call('PTTL', KEYS[1])
if taken > 0 then return {'slot', taken} end
if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[1], 1, 'PX', ARGV[3]) end
redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
redis.call('EXPIRE', KEYS[2], ARGV[4])
return {'', 0}
"""

# KEYS: the day's counts. ARGV: seconds to keep them, then hosts and how often each was asked at
# least.
AT_LEAST = """
for at = 2, #ARGV, 2 do
  local asked = tonumber(redis.call('HGET', KEYS[1], ARGV[at]) or 0)
  if asked < tonumber(ARGV[at + 1]) then redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""
