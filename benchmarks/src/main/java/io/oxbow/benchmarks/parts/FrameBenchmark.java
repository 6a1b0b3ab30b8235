package io.oxbow.benchmarks.parts;

import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Measures an append of a 16 KiB batch as bytes: into the log, and from there into a data object.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FrameBenchmark {

    private static final int APPENDS = 4096;
    private static final int STREAMS = 16;

    private final ByteBuffer batch = Batches.of16Kib().buffer();
    private final ByteBuffer slab = ByteBuffer.allocateDirect(64 << 10);
    private final WalRecord record = record(1, 0);
    private final List<ByteBuffer> frames = frames();

    private WalRecord record(long stream, long offset) {
        return new WalRecord(stream, 1, offset, Batches.RECORDS, 0, 0, batch.duplicate());
    }

    private List<ByteBuffer> frames() {
        List<ByteBuffer> made = new ArrayList<>(APPENDS);
        for (int i = 0; i < APPENDS; i++) {
            WalRecord each =
                    record(
                            1 + i / (APPENDS / STREAMS),
                            (long) (i % (APPENDS / STREAMS)) * Batches.RECORDS);
            var frame = ByteBuffer.allocateDirect((int) RecordFrame.sizeInBytes(each));
            RecordFrame.encode(frame, each);
            made.add(frame.flip());
        }
        return made;
    }

    /** Copies a batch into the log's slab, with its CRC32C. */
    @Benchmark
    public ByteBuffer encodeFrameOf16Kib() {
        RecordFrame.encodeAt(slab, 0, record);
        return slab;
    }

    /** Lays out and indexes an object of 64 MiB: 4,096 appends of 16 streams. */
    @Benchmark
    public DataObject buildObjectOf64Mib() {
        var writer = new DataObjectWriter();
        frames.forEach(writer::add);
        return writer.finish();
    }
}
