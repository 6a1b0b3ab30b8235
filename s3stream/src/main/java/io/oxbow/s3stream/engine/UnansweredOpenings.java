package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import java.util.ArrayList;
import java.util.Collection;
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
        List<CoreRecord.Opening> strays = new ArrayList<>();
        CoreImage image = commands.image();
        for (StreamName name : names) {
            if (leaderEpochs.containsKey(name)) {
                image.stream(name)
                        .filter(this::isStray)
                        .map(row -> new CoreRecord.Opening(row.streamId(), row.epoch()))
                        .ifPresent(strays::add);
            }
        }
        if (!strays.isEmpty()) {
            LOG.info("closing {}, opened without an answer", strays);
            commands.once(
                    new CoreRecord.CloseStreams(
                            registration.nodeId(), registration.nodeEpoch(), strays));
        }
    }

    private boolean isStray(CoreImage.StreamState stream) {
        return stream.ownerNodeEpoch() == registration.nodeEpoch()
                && openEpochs.applyAsLong(stream.name()) < stream.epoch();
    }
}
