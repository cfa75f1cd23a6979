-- Who is on duty at an instant: what package kg computes of a duty's hours and instants (kg/duty.go).
ALTER TABLE tie ADD COLUMN duty_slots TEXT NOT NULL DEFAULT '';
ALTER TABLE tie ADD COLUMN duty_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tie ADD COLUMN duty_to INTEGER NOT NULL DEFAULT 0;

WITH RECURSIVE slot (n, weekday, clock) AS (
  SELECT 0, 1, '00:00'
  UNION ALL
  SELECT n + 1, (n + 1) / 48 + 1, printf('%02d:%02d', (n + 1) % 48 / 2, (n + 1) % 2 * 30) FROM slot WHERE n < 335
)
UPDATE tie SET
  duty_slots = coalesce((
    SELECT ',' || group_concat(s.n, ',') || ',' FROM slot s WHERE EXISTS (
      SELECT 1 FROM json_each(tie.data, '$.hours') h
      WHERE h.value ->> 'weekday' = s.weekday AND h.value ->> 'from' <= s.clock AND s.clock < h.value ->> 'to')), ''),
  duty_from = coalesce(unixepoch(data ->> 'startsAt'), 0),
  duty_to = CASE WHEN data ->> 'startsAt' IS NOT NULL AND data ->> 'endsAt' IS NULL THEN 9223372036854775807 ELSE coalesce(unixepoch(data ->> 'endsAt'), 0) END
WHERE relation = (SELECT no FROM relation WHERE name = 'ON_DUTY_AT');
