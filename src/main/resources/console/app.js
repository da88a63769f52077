// The console: streams on the left, one of them in the player, its recordings below.

import {clipUrl, pictureUrl, stream as loadStream, streams as loadStreams} from './api.js';
import {Player} from './player.js';
import {TimeLine, hue} from './timeline.js';

const $ = id => document.getElementById(id);
const text = ms => new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');

const player = new Player($('video'), message => { $('message').textContent = message; });
const timeline = new TimeLine($('timeline'), playFrom, showRecords);
let current = null;

function select(name) {
  current = name;
  history.replaceState(null, '', `#${encodeURIComponent(name)}`);
  $('name').textContent = name;
  document.querySelectorAll('#streams button').forEach(each =>
    each.setAttribute('aria-current', String(each.dataset.name === name)));
  mark({from: null, to: null});
  timeline.show(name, Date.now());
  playLive();
  refreshFacts();
}

function playLive() {
  if (current) player.play(current);
}

function playFrom(ms) {
  if (current) player.play(current, ms);
}

function mark(change) {
  Object.assign(timeline.marks, change);
  const {from, to} = timeline.marks;
  const ready = from !== null && to !== null && from < to;
  $('marks').textContent = from === null && to === null ? '' :
    `${from === null ? '…' : text(from).slice(11, 23)} – ${to === null ? '…' : text(to).slice(11, 23)}`;
  $('clip').setAttribute('aria-disabled', String(!ready));
  if (ready) {
    $('clip').href = clipUrl(current, from, to);
    $('clip').download = `${current}-${new Date(from).toISOString().replaceAll(':', '')}.mp4`;
  } else {
    $('clip').removeAttribute('href');
  }
  timeline.draw();
}

function takePicture() {
  const at = player.time;
  if (at === null) return;
  const figure = document.createElement('figure');
  const link = document.createElement('a');
  link.href = pictureUrl(current, at);
  link.target = '_blank';
  const image = new Image();
  image.src = pictureUrl(current, at, 440);
  image.alt = `${current} at ${text(at)}`;
  const caption = document.createElement('figcaption');
  caption.textContent = text(at);
  link.append(image);
  figure.append(link, caption);
  $('shots').prepend(figure);
}

/** The newest first; a click plays from where the record says that it can be played. */
function showRecords(records, problem) {
  $('problem').textContent = problem;
  const rows = records.slice(-100).reverse().map(({record, atMs}) => {
    const {id, time, type, durationMs, playable, ...fields} = record;
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.id = id;
    button.style.borderLeftColor = hue(type);
    const facts = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
    button.textContent = `${text(atMs).slice(0, 23)} ${type} ${facts}`;
    button.disabled = !playable;
    button.addEventListener('click', () => playFrom(Date.parse(playable.from)));
    const row = document.createElement('li');
    row.append(button);
    return row;
  });
  const same = rows.map(row => row.firstChild.dataset.id).join();
  if ($('hits').dataset.shown !== same) {
    $('hits').dataset.shown = same;
    $('hits').replaceChildren(...rows);
  }
}

async function refreshStreams() {
  const items = await loadStreams();
  $('empty').hidden = items.length > 0;
  $('push-url').textContent = `${location.origin}/v1/streams/camera/media`;
  const list = $('streams');
  const shown = new Map([...list.children].map(each => [each.firstChild.dataset.name, each]));
  for (const {name} of items) {
    const row = shown.get(name) ?? streamRow(name);
    shown.delete(name);
    list.append(row);
    row.querySelector('img').src = `${pictureUrl(name, 'latest', 320)}&t=${Date.now()}`;
  }
  shown.forEach(each => each.remove());
  if (!current && items.length) {
    const wanted = decodeURIComponent(location.hash.slice(1));
    select(items.some(each => each.name === wanted) ? wanted : items[0].name);
  }
}

function streamRow(name) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.name = name;
  const label = document.createElement('span');
  label.textContent = name;
  const image = new Image();
  image.alt = '';
  image.addEventListener('error', () => image.removeAttribute('src'));
  button.append(image, label);
  button.addEventListener('click', () => select(name));
  const row = document.createElement('li');
  row.append(button);
  return row;
}

async function refreshFacts() {
  if (!current) return;
  const facts = await loadStream(current);
  $('state').textContent = facts.live ? 'live' : 'idle';
  $('state').classList.toggle('on', facts.live);
  const tracks = (facts.tracks ?? []).map(each => each.codec).join(' + ');
  $('facts').textContent = [tracks, `${(facts.bytes / 1e6).toFixed(1)} MB`, facts.lastError ?? ''].filter(Boolean).join(' · ');
  if (facts.lastTime) timeline.follow(Date.parse(facts.lastTime));
  await timeline.refresh();
}

function tick() {
  const at = player.time;
  timeline.playhead = at;
  $('clock').textContent = at === null ? '' : text(at);
  $('live').setAttribute('aria-pressed', String(player.live));
  timeline.draw();
}

for (const [label, minutes] of [['10 min', 10], ['1 h', 60], ['6 h', 360], ['24 h', 1440], ['7 d', 10080]]) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', () => {
    document.querySelectorAll('#zoom button').forEach(each => each.setAttribute('aria-pressed', String(each === button)));
    timeline.zoom(minutes * 60_000);
  });
  $('zoom').append(button);
}
$('live').addEventListener('click', playLive);
$('picture').addEventListener('click', takePicture);
$('mark-from').addEventListener('click', () => player.time !== null && mark({from: player.time}));
$('mark-to').addEventListener('click', () => player.time !== null && mark({to: player.time}));
$('when').addEventListener('change', event => event.target.value && playFrom(new Date(event.target.value).getTime()));

$('search').addEventListener('submit', event => {
  event.preventDefault();
  timeline.filter($('type').value.trim(), $('where').value.trim());
});

const quietly = task => () => task().catch(error => { $('message').textContent = error.message; });
setInterval(tick, 250);
setInterval(quietly(refreshFacts), 3000);
setInterval(quietly(refreshStreams), 10_000);
quietly(refreshStreams)();
