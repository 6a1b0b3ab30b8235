package io.oxbow.simulation.engine;

import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Calls between processes: each can get lost on the way there or back, or arrive after its sender
 * has given up. A process can be cut off from the others.
 */
final class Network {

    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration LATENCY_MAX = Duration.ofMillis(50);
    private static final Duration LATENESS_MAX = Duration.ofSeconds(30);

    /** Outcome of a call. */
    sealed interface Reply<R> {
        /** The peer did the work and returned this, or threw. */
        record Answer<R>(R value) implements Reply<R> {}

        /** Nobody listens: the call surely did not arrive. */
        record Refused<R>() implements Reply<R> {}

        /** No answer came: the work may have been done, or may yet be. */
        record Silence<R>() implements Reply<R> {}
    }

    private final Simulation simulation;
    private final Chance chance;
    private int lossPercent;
    private final List<Life> peers = new ArrayList<>();
    private final Set<UUID> cutOff = new HashSet<>();

    Network(Simulation simulation) {
        this.simulation = simulation;
        this.chance = simulation.chance().split();
        this.lossPercent = chance.oneOf(List.of(0, 2, 10));
    }

    void join(Life life) {
        peers.add(life);
    }

    void cutOff(Life life, boolean isCut) {
        if (isCut) {
            cutOff.add(life.incarnation());
        } else {
            cutOff.remove(life.incarnation());
        }
    }

    void heal() {
        cutOff.clear();
        lossPercent = 0;
    }

    /** Runs {@code work} in the process of that incarnation, in a thread of it. */
    <R> Reply<R> call(Life from, UUID incarnation, Function<Life, R> work) {
        Life to = find(incarnation);
        var reply = new CompletableFuture<Reply<R>>();
        if (to == null || to.process().isDead()) {
            simulation.soon(latency(), () -> reply.complete(new Reply.Refused<>()));
            return reply.join();
        }
        boolean lost = isCut(from) || isCut(to) || chance.percent(lossPercent);
        boolean late = chance.percent(lossPercent);
        if (!lost) {
            Duration there = late ? chance.between(Duration.ZERO, LATENESS_MAX) : latency();
            boolean back = !chance.percent(lossPercent);
            simulation.soon(there, () -> deliver(to, work, back ? reply : null));
        }
        simulation.soon(TIMEOUT, () -> reply.complete(new Reply.Silence<>()));
        return reply.join();
    }

    private <R> void deliver(
            Life to,
            Function<Life, R> work,
            @org.jspecify.annotations.Nullable CompletableFuture<Reply<R>> reply) {
        if (to.process().isDead()) {
            return;
        }
        to.process()
                .spawn(() -> {
                    R value = work.apply(to);
                    if (reply != null && !isCut(to)) {
                        simulation.soon(latency(), () -> reply.complete(new Reply.Answer<>(value)));
                    }
                });
    }

    private @org.jspecify.annotations.Nullable Life find(UUID incarnation) {
        for (Life each : peers) {
            if (each.incarnation().equals(incarnation)) {
                return each;
            }
        }
        return null;
    }

    private boolean isCut(Life life) {
        return cutOff.contains(life.incarnation());
    }

    private Duration latency() {
        return chance.between(Duration.ZERO, LATENCY_MAX);
    }
}
