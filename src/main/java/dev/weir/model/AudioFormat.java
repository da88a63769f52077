// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * What the configuration says of an audio track. Immutable.
 *
 * @param sampleRate samples a second as played (after SBR for HE-AAC), Hz
 * @param channels channels as played
 * @param frameSamples PCM samples an access unit gives, in {@code sampleRate}; 0 when it varies
 *     (Opus)
 * @param preSkipSamples samples to drop at the start of decoding (Opus pre-skip, 48 kHz; else 0)
 */
public record AudioFormat(int sampleRate, int channels, int frameSamples, int preSkipSamples) {}
