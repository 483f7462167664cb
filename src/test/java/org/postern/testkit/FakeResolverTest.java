package org.postern.testkit;

import org.postern.contract.ResolverContract;
import org.postern.dns.Resolver;

/// The fake keeps the promises of the real one.
class FakeResolverTest implements ResolverContract {
    @Override
    public Resolver resolver(FakeZone zone) {
        return new FakeResolver(zone);
    }
}
