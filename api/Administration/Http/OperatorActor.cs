namespace Platform.Api.Administration.Http;

/// <summary>
/// The operator at the machine, whose command is dispatched to an endpoint within the process. A feature of such a request alone: nothing that
/// comes over the network sets it, and so no header can claim it.
/// </summary>
/// <param name="Login">The name of their account on the machine.</param>
internal sealed record OperatorActor(string Login);
