// One video element that plays live or from a moment of the past, and knows the recorded time of what it shows.

import {playlistUrl} from './api.js';

export class Player {
  #video;
  #hls = null;
  #onMessage;
  #from;

  constructor(video, onMessage) {
    this.#video = video;
    this.#onMessage = onMessage;
  }

  /** Plays a stream: live when no moment is given, else from that moment (epoch ms). */
  play(name, from) {
    this.stop();
    this.#from = from;
    if (!window.Hls?.isSupported()) {
      this.#video.src = playlistUrl(name, from);
      this.#video.play();
      return;
    }
    const hls = new window.Hls({liveDurationInfinity: true, startPosition: from === undefined ? -1 : 0});
    this.#hls = hls;
    hls.on(window.Hls.Events.MANIFEST_PARSED, () => this.#video.play().catch(() => {}));
    hls.on(window.Hls.Events.FRAG_BUFFERED, () => this.#onMessage(''));
    if (from !== undefined) {
      hls.once(window.Hls.Events.LEVEL_UPDATED, (_, {details}) => this.#seekTo(details, from));
    }
    hls.on(window.Hls.Events.ERROR, (_, error) => this.#recover(hls, error));
    hls.loadSource(playlistUrl(name, from));
    hls.attachMedia(this.#video);
  }

  stop() {
    this.#hls?.destroy();
    this.#hls = null;
    this.#onMessage('');
  }

  get live() {
    return this.#from === undefined;
  }

  /** The recorded time of the picture shown, epoch ms, or null before there is one. */
  get time() {
    return this.#hls?.playingDate?.getTime() ?? null;
  }

  #seekTo(details, from) {
    const segment = details.fragments.find(each => each.programDateTime + each.duration * 1000 > from);
    if (segment) {
      this.#video.currentTime = segment.start + Math.max(0, from - segment.programDateTime) / 1000;
    }
  }

  #recover(hls, error) {
    if (!error.fatal) return;
    const {NETWORK_ERROR, MEDIA_ERROR} = window.Hls.ErrorTypes;
    if (error.type === MEDIA_ERROR) {
      hls.recoverMediaError();
    } else if (error.type === NETWORK_ERROR) {
      this.#onMessage(error.response?.code === 404 ? 'Nothing is recorded here.' : 'Waiting for the server…');
      setTimeout(() => this.#hls === hls && hls.loadSource(hls.url), 2000);
    } else {
      this.#onMessage(`Can't play: ${error.details}`);
    }
  }
}
