// A canvas that shows what is recorded: ranges, gaps, records above them, the playhead and the clip marks. Click to
// go there.

import {records, timeline} from './api.js';

const colours = getComputedStyle(document.documentElement);
const colour = name => colours.getPropertyValue(name).trim();

/** The same for the same type of record, here and in a list. */
export const hue = type => {
  let sum = 0;
  for (const letter of type) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return `hsl(${sum} 85% 60%)`;
};

export class TimeLine {
  #canvas;
  #name = null;
  #spanMs = 10 * 60_000;
  #endMs = Date.now();
  #ranges = [];
  #gaps = [];
  #records = [];
  #onRecords;
  #filter = {type: '', where: ''};
  playhead = null;
  marks = {from: null, to: null};

  constructor(canvas, onPick, onRecords) {
    this.#canvas = canvas;
    this.#onRecords = onRecords;
    canvas.addEventListener('click', event => {
      const box = canvas.getBoundingClientRect();
      onPick(this.#startMs + (event.clientX - box.left) / box.width * this.#spanMs);
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  get #startMs() {
    return this.#endMs - this.#spanMs;
  }

  show(name, endMs) {
    this.#name = name;
    this.#endMs = endMs;
    return this.refresh();
  }

  zoom(spanMs) {
    this.#spanMs = spanMs;
    return this.refresh();
  }

  /** Shows the records of one type, and for which a condition holds; all of both are empty. */
  filter(type, where) {
    this.#filter = {type, where};
    return this.refresh();
  }

  /** Moves the right edge with the newest recording. */
  follow(endMs) {
    this.#endMs = Math.max(this.#endMs, endMs);
  }

  async refresh() {
    if (!this.#name) return;
    try {
      const answer = await timeline(this.#name, this.#startMs, this.#endMs);
      const parsed = each => ({...each, from: Date.parse(each.from), to: Date.parse(each.to)});
      this.#ranges = answer.ranges.map(parsed);
      this.#gaps = answer.gaps.map(parsed);
    } catch {
      this.#ranges = [];
      this.#gaps = [];
    }
    try {
      const {type, where} = this.#filter;
      const {items} = await records(this.#name, this.#startMs, this.#endMs, type, where);
      this.#records = items.map(record => ({record, atMs: Date.parse(record.time)}));
      this.#onRecords(this.#records, '');
    } catch (error) {
      this.#records = [];
      this.#onRecords([], error.message);
    }
    this.draw();
  }

  draw() {
    const scale = window.devicePixelRatio || 1;
    const width = this.#canvas.clientWidth;
    const height = this.#canvas.clientHeight;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const g = this.#canvas.getContext('2d');
    g.scale(scale, scale);
    const x = ms => (ms - this.#startMs) / this.#spanMs * width;
    const band = (each, top, tall, fill) => {
      g.fillStyle = fill;
      g.fillRect(x(each.from), top, Math.max(2, x(each.to) - x(each.from)), tall);
    };
    this.#ranges.forEach(each => band(each, 22, 30, colour('--water')));
    this.#gaps.forEach(each => band(each, 22, 30, colour('--gap')));
    for (const {atMs, record} of this.#records) {
      band({from: atMs, to: atMs + (record.durationMs ?? 0)}, 12, 8, hue(record.type));
    }
    const {from, to} = this.marks;
    if (from !== null && to !== null) band({from, to}, 14, 46, '#ffffff33');
    this.#ticks(g, x, width, height);
    for (const mark of [from, to, this.playhead]) {
      if (mark === null) continue;
      g.fillStyle = '#fff';
      g.fillRect(x(mark) - 1, 10, 2, 54);
    }
  }

  #ticks(g, x, width, height) {
    const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 86400].map(s => s * 1000);
    const step = steps.find(each => this.#spanMs / each <= width / 90) ?? steps.at(-1);
    g.fillStyle = colour('--soft');
    g.font = '11px system-ui';
    for (let at = Math.ceil(this.#startMs / step) * step; at < this.#endMs; at += step) {
      g.fillRect(x(at), height - 14, 1, 4);
      g.fillText(new Date(at).toLocaleTimeString(), x(at) + 3, height - 4);
    }
  }
}
