package io.oxbow.benchmarks.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Sends records at a rate, or as fast as they are taken. At a rate, latency counts from when a
 * record was due, not from when the client came to send it: a server that stalls does not get the
 * records that it held up for free.
 */
final class ProducerLoad {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long TICK_NANOS = 250_000;
    private static final double MILLIS_PER_MICRO = 1e-3;
    private static final long WINDOW_PATIENCE_SECONDS = 180;

    private final ProducerSettings settings;
    private final Payloads payloads;
    private final Events events;
    private final AtomicReference<@Nullable Window> window = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile long ackedRecords;
    private volatile long failedRecords;
    private volatile @Nullable Exception firstFailure;

    ProducerLoad(ProducerSettings settings, Events events) {
        this.settings = settings;
        this.payloads = new Payloads(settings.shape().recordBytes());
        this.events = events;
    }

    /** Sends until it is stopped or all records are sent; then waits for the acks. */
    void run() {
        try (var producer = new KafkaProducer<byte[], byte[]>(settings.properties())) {
            settings.topics().forEach(producer::partitionsFor);
            events.tell("started");
            long started = System.nanoTime();
            send(producer, started);
            producer.flush();
            double seconds = (System.nanoTime() - started) / (double) SECOND_NANOS;
            tell("ended", seconds);
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long started) {
        var schedule = new Schedule(settings.recordsPerSecond(), started);
        long most = settings.records() == 0 ? Long.MAX_VALUE : settings.records();
        Window known = null;
        for (long index = 0; index < most && !stopped; index++) {
            Window open = window.get();
            if (open != known && open != null) {
                schedule.begin(index, System.nanoTime());
            }
            known = open;
            long due = awaitDue(schedule.dueNanos(index));
            boolean counts = open != null && open.takes(due);
            String topic = settings.topics().get((int) (index % settings.topics().size()));
            producer.send(
                    new ProducerRecord<>(topic, payloads.of(index)),
                    new Answer(due, counts ? open : null));
        }
        Window open = window.get();
        if (open != null) {
            open.endSending();
        }
    }

    private long awaitDue(long due) {
        while (!stopped && System.nanoTime() - due < 0) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        return due;
    }

    /** Counts one record's ack; acks come on the producer's one thread. */
    private final class Answer implements Callback {
        private final long dueNanos;
        private final @Nullable Window counted;

        Answer(long dueNanos, @Nullable Window counted) {
            this.dueNanos = dueNanos;
            this.counted = counted;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        public void onCompletion(RecordMetadata metadata, @Nullable Exception failure) {
            if (failure == null) {
                ackedRecords++;
            } else {
                failedRecords++;
                if (firstFailure == null) {
                    firstFailure = failure;
                }
            }
            if (counted != null) {
                counted.answered(dueNanos, System.nanoTime());
            }
        }
    }

    /** Begins a window of the measurement. */
    void open() {
        long now = System.nanoTime();
        window.set(new Window(now));
        mark("opened", now);
    }

    /**
     * Ends the window: says so at once, and reports its latencies when all of its records are
     * acked.
     */
    void close() throws InterruptedException {
        Window open = window.get();
        if (open == null) {
            throw new IllegalStateException("close without open");
        }
        long now = System.nanoTime();
        open.close(now);
        mark("closed", now);
        long patience = now + WINDOW_PATIENCE_SECONDS * SECOND_NANOS;
        while (!open.isComplete() && System.nanoTime() - patience < 0) {
            Thread.sleep(5);
        }
        if (!open.isComplete()) {
            events.tell(
                    "failed",
                    line ->
                            line.put(
                                    "reason",
                                    "records of the window were not answered within %d s"
                                            .formatted(WINDOW_PATIENCE_SECONDS)));
            return;
        }
        window.set(null);
        tellLatencies(open.latencyMicros());
    }

    void stop() {
        stopped = true;
    }

    private void mark(String event, long nanos) {
        long bytes = ackedRecords * settings.shape().recordBytes();
        events.tell(event, line -> line.put("nanos", nanos).put("acked_bytes", bytes));
    }

    private void tell(String event, double seconds) {
        events.tell(
                event,
                line -> {
                    line.put("acked_bytes", ackedRecords * settings.shape().recordBytes());
                    line.put("seconds", seconds);
                    putFailures(line);
                });
    }

    private void tellLatencies(Histogram micros) {
        events.tell(
                "latencies",
                line -> {
                    line.put("records", micros.getTotalCount());
                    line.put("p50_ms", micros.getValueAtPercentile(50) * MILLIS_PER_MICRO);
                    line.put("p99_ms", micros.getValueAtPercentile(99) * MILLIS_PER_MICRO);
                    line.put("p999_ms", micros.getValueAtPercentile(99.9) * MILLIS_PER_MICRO);
                    line.put("max_ms", micros.getMaxValue() * MILLIS_PER_MICRO);
                    putFailures(line);
                });
    }

    private void putFailures(ObjectNode line) {
        line.put("failed_records", failedRecords);
        if (firstFailure != null) {
            line.put("first_failure", String.valueOf(firstFailure));
        }
    }
}
