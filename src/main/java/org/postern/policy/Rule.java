package org.postern.policy;

import org.postern.condition.Condition;

/// One sentence of the policy: if this, then that.
///
/// @param name unique in its policy; the audit and the explanation use it
public record Rule(String name, Condition when, Decision then) {}
