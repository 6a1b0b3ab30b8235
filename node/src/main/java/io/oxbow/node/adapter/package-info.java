/** One part's interface implemented over another part: what lets the parts not know each other. */
@NullMarked
package io.oxbow.node.adapter;

import org.jspecify.annotations.NullMarked;
