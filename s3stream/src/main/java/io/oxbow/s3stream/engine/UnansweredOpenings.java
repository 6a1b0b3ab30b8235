package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes streams that the metadata log gives to this node while nothing here has them open. An
 * opening without an answer may be applied at any time until its leader is succeeded. Thread-safe.
 */
final class UnansweredOpenings {

    private static final Logger LOG = LoggerFactory.getLogger(UnansweredOpenings.class);

    private final Registration registration;
    private final Commands commands;
    private final BusyNames busy;
    private final ToLongFunction<StreamName> openEpochs;

    /** Last epoch of the log's leader at which an opening of the stream may be applied. */
    private final Map<StreamName, Integer> leaderEpochs = new ConcurrentHashMap<>();

    /** Closings that got no answer: one may be applied late, also to a new opening at its epoch. */
    private final Map<StreamName, CoreRecord.Opening> closings = new ConcurrentHashMap<>();

    /**
     * @param openEpochs the epoch at which a stream is open here; 0 when it is not
     */
    UnansweredOpenings(
            Registration registration,
            Commands commands,
            BusyNames busy,
            ToLongFunction<StreamName> openEpochs) {
        this.registration = registration;
        this.commands = commands;
        this.busy = busy;
        this.openEpochs = openEpochs;
    }

    /** Takes note of an opening that got no answer. */
    void add(Collection<StreamName> names) {
        int leaderEpoch = commands.leaderEpoch();
        names.forEach(name -> leaderEpochs.merge(name, leaderEpoch, Math::max));
    }

    /** Closes streams that were opened without an answer, and forgets what is settled. */
    void settle() {
        // Of a later leader, the image has all that its predecessors have applied.
        int leaderEpoch = commands.leaderEpoch();
        leaderEpochs.forEach((name, last) -> {
            try (var claim = busy.tryClaim(name)) {
                if (claim != null) {
                    close(List.of(name));
                    if (leaderEpoch > last) {
                        leaderEpochs.remove(name, last);
                    }
                }
            }
        });
    }

    /** Closes those of some streams, claimed by the caller, that were opened without an answer. */
    void close(Collection<StreamName> names) {
        Map<StreamName, CoreRecord.Opening> strays = new HashMap<>();
        CoreImage image = commands.image();
        for (StreamName name : names) {
            if (leaderEpochs.containsKey(name)) {
                image.stream(name)
                        .filter(this::isStray)
                        .ifPresent(row ->
                                strays.put(
                                        name, new CoreRecord.Opening(row.streamId(), row.epoch())));
            }
        }
        if (!strays.isEmpty()) {
            LOG.info("closing {}, opened without an answer", strays);
            closings.putAll(strays);
            commands.once(closingOf(strays.values()));
            closings.keySet().removeAll(strays.keySet());
        }
    }

    /**
     * Waits until closings without an answer are applied, of streams that the caller has claimed
     * and is about to open. An opening is answered with the epoch that its node has already, and a
     * late closing of this epoch would take the stream from its writer.
     */
    void endClosings(Collection<StreamName> names, Duration patience) {
        Map<StreamName, CoreRecord.Opening> pending = new HashMap<>(closings);
        pending.keySet().retainAll(names);
        if (!pending.isEmpty()) {
            commands.untilDefinite(closingOf(pending.values()), patience);
            closings.keySet().removeAll(pending.keySet());
        }
    }

    private CoreRecord.CloseStreams closingOf(Collection<CoreRecord.Opening> openings) {
        return new CoreRecord.CloseStreams(
                registration.nodeId(), registration.nodeEpoch(), List.copyOf(openings));
    }

    private boolean isStray(CoreImage.StreamState stream) {
        return stream.ownerNodeEpoch() == registration.nodeEpoch()
                && openEpochs.applyAsLong(stream.name()) < stream.epoch();
    }
}
