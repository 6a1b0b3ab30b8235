package io.oxbow.broker.producerid;

import org.apache.kafka.server.common.ProducerIdsBlock;

/** Source of blocks of producer ids: the controller, through the metadata log. */
@FunctionalInterface
public interface ProducerIdBlocks {

    /**
     * Returns a block that nobody else has or will have. May block.
     *
     * @throws org.apache.kafka.common.errors.ApiException when there is none to be had now
     */
    ProducerIdsBlock next();
}
