// The pages work without this; it makes them live. Each module is small and does one thing.
import { follow } from './events.js';
import { keepScroll } from './scroll.js';
import { searchKey } from './keys.js';
import { refreshSoon, start } from './live.js';
import { tellZone } from './zone.js';

searchKey();
keepScroll();
start();
if (tellZone()) refreshSoon();
follow();
