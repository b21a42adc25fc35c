"""What the replies to commands say: results of use cases -> platform-neutral messages. Pure."""
