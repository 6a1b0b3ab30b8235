/** Tests of several processes that share a bucket. */
@NullMarked
package io.oxbow.node.process.cluster;

import org.jspecify.annotations.NullMarked;
