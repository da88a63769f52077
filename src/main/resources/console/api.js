// The server's HTTP API as the console uses it. Times are epoch milliseconds.

const base = '/v1/streams';

export const streamUrl = name => `${base}/${encodeURIComponent(name)}`;

async function json(url) {
  const answer = await fetch(url, {headers: {accept: 'application/json'}});
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.title ?? `status ${answer.status}`);
  return body;
}

/** All streams, page by page. */
export async function streams() {
  const items = [];
  let cursor = '';
  do {
    const page = await json(`${base}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.cursor ?? '';
  } while (cursor);
  return items;
}

export const stream = name => json(streamUrl(name));

export const timeline = (name, from, to) => json(`${streamUrl(name)}/timeline?from=${Math.floor(from)}&to=${Math.ceil(to)}`);

export const playlistUrl = (name, from) =>
  `${streamUrl(name)}/hls/index.m3u8${from === undefined ? '' : `?from=${Math.floor(from)}`}`;

export const clipUrl = (name, from, to) =>
  `${streamUrl(name)}/clip.mp4?from=${Math.floor(from)}&to=${Math.floor(to)}`;

export const pictureUrl = (name, at, width) =>
  `${streamUrl(name)}/frame.jpg?at=${at === 'latest' ? at : Math.floor(at)}${width ? `&width=${width}` : ''}`;

/** The first records of a span of time, of one type and for which a condition holds, if they are given. */
export const records = (name, from, to, type, where) => {
  const query = new URLSearchParams({from: Math.floor(from), to: Math.ceil(to), limit: 1000});
  if (type) query.set('type', type);
  if (where) query.set('where', where);
  return json(`${streamUrl(name)}/records?${query}`);
};
