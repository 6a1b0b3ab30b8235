package io.oxbow.broker.producerid;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.server.common.ProducerIdsBlock;

/** Gives out producer ids, each once, across all brokers and restarts. Thread-safe. */
public final class ProducerIds {

    private final ProducerIdBlocks blocks;
    private final ReentrantLock lock = new ReentrantLock();
    private ProducerIdsBlock block = ProducerIdsBlock.EMPTY;

    public ProducerIds(ProducerIdBlocks blocks) {
        this.blocks = blocks;
    }

    /**
     * Returns the next id. Blocks while a new block is fetched, and everybody else with it: all
     * need that block.
     */
    public long next() {
        lock.lock();
        try {
            Optional<Long> id = block.claimNextId();
            if (id.isEmpty()) {
                block = blocks.next();
                id = block.claimNextId();
            }
            return id.orElseThrow(() -> new IllegalStateException("an empty block: " + block));
        } finally {
            lock.unlock();
        }
    }
}
