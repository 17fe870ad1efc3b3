// The pages work without this; it makes them live. Each module is small and does one thing.
import { copyButtons } from './copy.js';
import { toggleEnds } from './ends.js';
import { follow } from './events.js';
import { explainWords } from './explain.js';
import { watchSession } from './growing.js';
import { keepScroll } from './scroll.js';
import { searchKey } from './keys.js';
import { refreshSoon, start } from './live.js';
import { swapReader } from './reader.js';
import { splitters } from './split.js';
import { tellZone } from './zone.js';

splitters();
searchKey();
keepScroll();
copyButtons();
explainWords();
toggleEnds();
start();
watchSession();
if (tellZone()) refreshSoon();
follow();
swapReader();
