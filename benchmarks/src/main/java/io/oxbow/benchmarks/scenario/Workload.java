package io.oxbow.benchmarks.scenario;

import java.util.List;

/**
 * The records that a producer sends.
 *
 * @param mibPerSecond zero: as much as is taken
 */
public record Workload(double mibPerSecond, int recordBytes, int batchBytes, int lingerMillis) {

    public static final int PARTITIONS = 16;

    private static final int KIB = 1024;
    private static final double MIB = 1024.0 * KIB;
    private static final int LINGER_MILLIS = 5;
    private static final int LONG_LINGER_MILLIS = 20;

    public static Workload batchesOf16Kib(double mibPerSecond) {
        return new Workload(mibPerSecond, KIB, 16 * KIB, LINGER_MILLIS);
    }

    public static Workload batchesOf64Kib(double mibPerSecond) {
        return new Workload(mibPerSecond, KIB, 64 * KIB, LONG_LINGER_MILLIS);
    }

    public static Workload smallRecords(double mibPerSecond) {
        return new Workload(mibPerSecond, 100, 16 * KIB, LINGER_MILLIS);
    }

    public double recordsPerSecond() {
        return mibPerSecond * MIB / recordBytes;
    }

    /** Returns the options of the load generator. */
    public List<String> options() {
        return List.of(
                "--record-bytes=" + recordBytes,
                "--batch-bytes=" + batchBytes,
                "--linger-ms=" + lingerMillis,
                "--records-per-second=" + recordsPerSecond());
    }

    /** Returns the title for people. */
    public String title() {
        String rate =
                mibPerSecond == 0 ? "as fast as it goes" : "%.0f MiB/s".formatted(mibPerSecond);
        return "produce %s, records of %d bytes, batches of %d KiB, linger %d ms"
                .formatted(rate, recordBytes, batchBytes / KIB, lingerMillis);
    }
}
