package io.oxbow.benchmarks.scenario;

import java.util.HashMap;
import java.util.Map;

/** Settings of an Oxbow that uploads nothing by itself, so that all appends are in its log. */
public final class LogWithoutUploads {

    /** Settings of a log with room for gigabytes, which a restarted node needs, too. */
    static final Map<String, String> LOG = Map.of("oxbow.wal.capacity.bytes", "4831838208");

    private static final long MIB = 1 << 20;

    private LogWithoutUploads() {}

    /**
     * Returns the settings. An upload would start at a quarter of the log, at a number of bytes, at
     * an age, or when appends fill the heap.
     *
     * @param appendsMib heap for appends
     */
    public static Map<String, String> ofAppends(int appendsMib) {
        var settings = new HashMap<>(LOG);
        settings.put("oxbow.upload.bytes", "1073741824");
        settings.put("oxbow.upload.interval.ms", "3600000");
        settings.put("oxbow.memory.appends.bytes", String.valueOf(appendsMib * MIB));
        return settings;
    }
}
