// Tells the server which time zone the reader lives in, so that its pages say times and days as the reader would.

const NAME = 'pillarbox_zone';

/** Returns whether the server did not know the zone yet. */
export function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || !/^[A-Za-z0-9_+/-]{1,64}$/.test(zone)) return false;
  const cookie = `${NAME}=${zone}`;
  if (document.cookie.split('; ').includes(cookie)) return false;
  document.cookie = `${cookie}; path=${document.documentElement.dataset.root}; max-age=31536000; samesite=strict`;
  return document.cookie.split('; ').includes(cookie);
}
