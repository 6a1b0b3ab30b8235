package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Patience;

/**
 * What the open streams of one node share.
 *
 * @param registration who this node is in the metadata log
 */
record NodeParts(
        Registration registration,
        Health health,
        WritePath write,
        ObjectCaches caches,
        Commands commands,
        Patience patience,
        Clock clock) {

    record Registration(int nodeId, long nodeEpoch) {}
}
