package io.oxbow.broker.clean;

import java.time.Duration;

/**
 * Settings of the log cleaner: Kafka's {@code log.cleaner.*}.
 *
 * @param mapBytesMax for the offset map of a cleaning
 * @param mapLoadFactor how full a map may get
 * @param backoff between looks when nothing was to be cleaned
 */
public record CleanerSettings(long mapBytesMax, double mapLoadFactor, Duration backoff) {}
