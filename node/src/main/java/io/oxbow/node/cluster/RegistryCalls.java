package io.oxbow.node.cluster;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.Optional;

/** Brings calls to the node that serves the schema registry, and looks again while none does. */
public final class RegistryCalls {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final RegistryPlace place;
    private final Clock clock;

    public RegistryCalls(RegistryPlace place, Clock clock) {
        this.place = place;
        this.clock = clock;
    }

    /** Serves a call by the registry in this process. */
    @FunctionalInterface
    interface Local<T> {
        T serve();
    }

    /**
     * Asks another node; empty when it has surely not served the call, or the call may be repeated.
     */
    @FunctionalInterface
    interface Remote<T> {
        Optional<T> ask(RegistryPlace.Seat.There there) throws InterruptedException;
    }

    /**
     * Serves a call here or at another node.
     *
     * @throws RegistryAwayException when neither was possible within {@code patience}
     */
    <T> T call(Duration patience, Local<T> local, Remote<T> remote) throws InterruptedException {
        long deadline = clock.nanoTime() + patience.toNanos();
        while (true) {
            String why;
            switch (place.find()) {
                case RegistryPlace.Seat.Here _ -> {
                    if (place.confirm(Duration.ofNanos(deadline - clock.nanoTime()))) {
                        return local.serve();
                    }
                    why = "this node does not know whether it leads the registry's topic yet";
                }
                case RegistryPlace.Seat.There there -> {
                    Optional<T> answer = remote.ask(there);
                    if (answer.isPresent()) {
                        return answer.get();
                    }
                    why = "node %d does not serve it".formatted(there.nodeId());
                }
                case RegistryPlace.Seat.Unmade _ -> {
                    place.create();
                    why = "its topic is not made yet";
                }
                case RegistryPlace.Seat.Vacant vacant -> why = vacant.why();
            }
            if (deadline - clock.nanoTime() <= 0) {
                throw new RegistryAwayException("The schema registry is not served now: " + why);
            }
            clock.sleep(LOOK_AGAIN);
        }
    }
}
