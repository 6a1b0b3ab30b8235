package io.oxbow.node.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/**
 * Runs all attacks on a node at the same time, from a seed and for so many seconds. A process of
 * its own: so it can be kept to one core, and its memory isn't the node's.
 */
final class Hostility {

    static final int PARTITIONS = 4;

    /** Topic that compresses anew what producers send. */
    static final String RECOMPRESSED = "recompressed";

    private Hostility() {}

    static Map<String, Attack> attacks() {
        Map<String, Attack> attacks = new TreeMap<>(KafkaAttacks.all());
        attacks.putAll(ProduceAttacks.all());
        attacks.putAll(HttpAttacks.all());
        return attacks;
    }

    /** Arguments: Kafka's port, HTTP's port, the bait and its id, seconds, seed, attacks or all. */
    public static void main(String[] args) throws InterruptedException, IOException {
        var target =
                new Target(
                        Integer.parseInt(args[0]),
                        Integer.parseInt(args[1]),
                        args[2],
                        Uuid.fromString(args[3]),
                        System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[4])));
        HttpAttacks.requireReached(target);
        var seeds = new SplittableRandom(Long.parseLong(args[5]));
        Map<String, Attack> chosen = attacks();
        if (!args[6].isEmpty()) {
            chosen.keySet().retainAll(List.of(args[6].split(",")));
        }
        List<Thread> threads = new ArrayList<>();
        chosen.forEach((name, attack) -> {
            var random = seeds.split();
            threads.add(
                    Thread.ofPlatform()
                            .name(name)
                            .start(() -> repeat(name, attack, target, random)));
        });
        for (Thread thread : threads) {
            thread.join();
        }
        // What still writes to a node that doesn't read ends with the process.
        System.exit(0);
    }

    private static void repeat(String name, Attack attack, Target target, SplittableRandom random) {
        long rounds = 0;
        long cut = 0;
        while (!target.isOver()) {
            try {
                attack.run(target, random);
                rounds++;
                target.hold(random.nextLong(20, 1_000));
            } catch (IOException e) {
                cut++; // the node refused: that is its right
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
        System.out.printf("  %-26s %5d rounds, %d cut off by the node%n", name, rounds, cut);
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
